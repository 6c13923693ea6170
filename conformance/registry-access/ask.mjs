// Asks a proxy script about each line of standard input, a URL and a host as JSON, and answers with a line of JSON:
// what Node's own engine says, the URL as a browser reads it, and what pac-resolver says about that. Where a browser
// reads no URL, pac-resolver has nothing to say.
//
//   node ask.mjs SCRIPT <questions >answers
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const require = createRequire(`${process.env.PAC_ENGINES}/package.json`);
const load = name => import(pathToFileURL(require.resolve(name)));
const { createPacResolver } = await load('pac-resolver');
const { QuickJS } = await load('quickjs-wasi');

const script = readFileSync(process.argv[2], 'utf8');
const resolve = createPacResolver(await QuickJS.create(), script);
const context = vm.createContext({ dnsDomainIs, shExpMatch, isInNet });
vm.runInContext(script, context);

for (const line of readFileSync(0, 'utf8').split('\n').filter(line => line !== '')) {
  const [url, host] = JSON.parse(line);
  context.question = [url, host];
  const own = vm.runInContext('FindProxyForURL(question[0], question[1])', context);
  const read = URL.canParse(url) ? new URL(url) : null;
  const answer = read?.hostname ? [read.href, await resolve(url)] : [null, null];
  console.log(JSON.stringify([own, ...answer]));
}

// For the naive script alone; the scripts of a build call none of them.
function dnsDomainIs(host, domain) {
  return host.endsWith(domain);
}

function shExpMatch(text, pattern) {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(text);
}

function isInNet(host) {
  return /^10\.\d+\.\d+\.\d+$/.test(host);
}
