// Type-checks Graph objects: reads {"name": object, ...} from stdin, prints {"name": ["what is wrong", ...], ...}.
//
// Every object with an @odata.type becomes a typed literal of its own, so that TypeScript looks for unknown properties in
// it; inside another object it is then only named. @odata.* themselves are in none of Microsoft's types.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.env.GRAPH_TYPES;
const ts = createRequire(path.join(folder, 'index.js'))('typescript');
const objects = JSON.parse(readFileSync(0, 'utf8'));

function typeName(odata) {
  const name = odata.replace('#microsoft.graph.', '');
  return name[0].toUpperCase() + name.slice(1);
}

// Several words at once, joined by commas: the types know only one at a time.
const FLAGS = { applicableArchitectures: 'WindowsArchitecture', allowedArchitectures: 'WindowsArchitecture' };

function source(object) {
  const declarations = [];
  const declare = (type, text) => {
    const name = `object${declarations.length}`;
    declarations.push(`export const ${name}: graph.${type} = ${text};`);
    return name;
  };
  const literal = (value, key) => {
    if (key in FLAGS) return value.split(',').map((word) => declare(FLAGS[key], JSON.stringify(word)))[0];
    if (Array.isArray(value)) return `[${value.map((member) => literal(member)).join(', ')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const members = Object.entries(value)
      .filter(([key]) => !key.startsWith('@odata.'))
      .map(([key, member]) => `${JSON.stringify(key)}: ${literal(member, key)}`);
    const text = `{ ${members.join(', ')} }`;
    if (!value['@odata.type']) return text;
    return declare(typeName(value['@odata.type']), text);
  };
  literal(object);
  return `import * as graph from '@microsoft/microsoft-graph-types-beta';\n${declarations.join('\n')}\n`;
}

const files = new Map(
  Object.entries(objects).map(([name, object], index) => [path.join(folder, `object-${index}.ts`), { name, text: source(object) }]),
);
const options = {
  noEmit: true, strict: true, skipLibCheck: true, types: [],
  module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022,
};
const host = ts.createCompilerHost(options);
const { readFile, fileExists } = host;
host.readFile = (file) => files.get(file)?.text ?? readFile.call(host, file);
host.fileExists = (file) => files.has(file) || fileExists.call(host, file);
const getSourceFile = host.getSourceFile.bind(host);
host.getSourceFile = (file, ...rest) =>
  files.has(file) ? ts.createSourceFile(file, files.get(file).text, options.target) : getSourceFile(file, ...rest);

const program = ts.createProgram([...files.keys()], options, host);
const results = {};
for (const [file, { name }] of files) {
  const unit = program.getSourceFile(file);
  results[name] = [...program.getSyntacticDiagnostics(unit), ...program.getSemanticDiagnostics(unit)].map(
    ({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}
process.stdout.write(JSON.stringify(results));
