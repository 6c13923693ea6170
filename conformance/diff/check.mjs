// Renders Markdown as a comment on a pull request, and says what should not be on the page: check.mjs FILE.md...
//
// Writes FILE.html, without what scrolls, for a browser. Everything that a policy says must stand in code; what does not is our own words.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const require = createRequire(path.join(process.env.MODULES, 'index.js'));
const MarkdownIt = require('markdown-it');
const sanitizeHtml = require('sanitize-html');

// Bare addresses become links, as on GitHub.
const markdown = new MarkdownIt({ html: true, linkify: true });
// What we use. GitHub allows more, and what it would leave on the page beyond this is a way out of our form.
const TAGS = ['h3', 'p', 'ul', 'li', 'strong', 'code', 'pre', 'details', 'summary'];
const WORDS = /alert|javascript:|e\.example|@team|#1|\u202e|\u001b|&lt;|&amp;/;

function wrong(text) {
  const html = markdown.render(text);
  const found = [];
  const clean = sanitizeHtml(html, { allowedTags: TAGS, allowedAttributes: { code: ['class'] } });
  for (const [, tag] of html.matchAll(/<\/?([a-z0-9]+)/gi)) if (!TAGS.includes(tag)) found.push(`<${tag}> on the page`);
  if (html.includes('<!--')) found.push('a comment on the page');
  const outside = html.replace(/<code[^>]*>[\s\S]*?<\/code>/g, '');
  const word = outside.match(WORDS);
  if (word) found.push(`"${word[0]}" outside of code: ${outside.slice(Math.max(0, word.index - 60), word.index + 60)}`);
  // Each fold opens and closes where we wrote it.
  const depth = [...clean.matchAll(/<(\/?)details>/g)].map(([, slash]) => (slash ? -1 : 1));
  let open = 0;
  for (const step of depth) {
    open += step;
    if (open < 0 || open > 1) found.push('a fold inside a fold');
  }
  if (open !== 0) found.push('a fold that never closes');
  if ((clean.match(/<h3>/g) ?? []).length !== 1) found.push('not one heading');
  if (/^\s*\|/m.test(outside)) found.push('a table');
  if (text.length > 65536) found.push(`${text.length} characters, more than a comment holds`);
  return { found, clean };
}

let failed = false;
const fail = (file, what) => {
  console.error(`${file}: ${what}`);
  failed = true;
};
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  const { found, clean } = wrong(text);
  found.forEach((what) => fail(file, what));
  // Folds are open where there is no mouse; code that keeps its lines scrolls, however narrow the window.
  const page = clean.replaceAll('<details>', '<details open>').replace(/<pre>[\s\S]*?<\/pre>/g, '');
  writeFileSync(file.replace(/md$/, 'html'), page);
  // A page whose values were not made harmless must not pass, or this looks at nothing.
  if (file.endsWith('poisoned.md')) {
    const raw = text.replaceAll('\\u0060', '`').replaceAll('\\u000a', '\n');
    const says = wrong(raw).found.join('; ');
    if (!says.includes('<script>') || !says.includes('outside of code')) fail(file, `without escapes only: ${says}`);
  }
}
process.exit(failed ? 1 : 0);
