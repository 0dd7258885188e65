// Brings the pages' packages onto disk: npm ci when the lock file changed, then copies what is used into
// wwwroot/lib and builds one SVG sprite of the icons named in Ui/icons.txt. Called by Assets.targets.
// Two builds may run it at once: the second waits for the first. With node_modules in place it needs no network.
import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const lib = join(here, 'wwwroot', 'lib');
const lockFile = join(here, 'obj', 'assets.lock');

const files = {
  'tabler.min.css': '@tabler/core/dist/css/tabler.min.css',
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'echarts.min.js': 'echarts/dist/echarts.min.js',
};

const sleep = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function holderIsGone() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    // An empty lock is one that is being written; after ten seconds its writer has died.
    if (!pid) return Date.now() - statSync(lockFile).mtimeMs > 10_000;
    process.kill(pid, 0);
    return false;
  } catch (e) {
    return e.code === 'ESRCH';
  }
}

function lock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (const end = Date.now() + 600_000; ;) {
    try {
      const handle = openSync(lockFile, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      process.on('exit', () => rmSync(lockFile, { force: true }));
      return;
    } catch (e) {
      if (e.code !== 'EEXIST') throw e;
      if (holderIsGone()) rmSync(lockFile, { force: true });
      else if (Date.now() > end) throw new Error(`another build holds ${lockFile}`);
      else sleep(200);
    }
  }
}

function install() {
  const stamp = join(modules, '.installed');
  const want = createHash('sha256').update(readFileSync(join(here, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  execSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, want);
}

function sprite() {
  const names = readFileSync(join(here, 'Ui', 'icons.txt'), 'utf8').split('\n').map(n => n.trim()).filter(n => n && !n.startsWith('#'));
  const symbols = [...new Set(names)].map(name => {
    const file = join(modules, '@tabler/icons/icons/outline', `${name}.svg`);
    if (!existsSync(file)) throw new Error(`Ui/icons.txt names "${name}", which @tabler/icons does not have`);
    const shape = readFileSync(file, 'utf8').replace(/<!--[\s\S]*?-->/g, '');
    const inner = shape.slice(shape.indexOf('>', shape.indexOf('<svg')) + 1, shape.lastIndexOf('</svg>'))
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '').replace(/\s+/g, ' ').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`;
}

lock();
install();
const fresh = `${lib}.${process.pid}`;
mkdirSync(fresh, { recursive: true });
for (const [to, from] of Object.entries(files)) cpSync(join(modules, from), join(fresh, to));
// The source map is not shipped, so the line that names it would only make the browser ask in vain.
const css = join(fresh, 'tabler.min.css');
writeFileSync(css, readFileSync(css, 'utf8').replace(/\/\*# sourceMappingURL=.*?\*\//g, ''));
writeFileSync(join(fresh, 'icons.svg'), sprite());
rmSync(lib, { recursive: true, force: true });
renameSync(fresh, lib);
