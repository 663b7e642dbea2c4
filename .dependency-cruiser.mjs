const server = '^apps/server/src/'
/** The import rules of ARCHITECTURE.md. Each is tried by test/rules with a planted violation. */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-imports-app',
      severity: 'error',
      from: { path: `${server}(flows|views|modules|platform)/` },
      to: { path: `${server}app/` },
    },
    {
      name: 'modules-stay-below',
      severity: 'error',
      from: { path: `${server}(modules|platform)/` },
      to: { path: `${server}(flows|views)/` },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: `${server}platform/(?!adapters/)` },
      to: { path: `${server}modules/` },
    },
    {
      name: 'modules-are-strangers',
      severity: 'error',
      from: { path: `${server}modules/([^/]+)/` },
      to: { path: `${server}modules/([^/]+)/`, pathNot: `${server}modules/$1/` },
    },
    {
      name: 'through-the-door',
      severity: 'error',
      from: { path: `${server}(flows|views|app|platform)/` },
      to: { path: `${server}modules/[^/]+/(?!index\\.ts$)` },
    },
    {
      name: 'adapters-only-from-app',
      severity: 'error',
      from: { path: `${server}(flows|views|modules|platform/[^/]+\\.ts$)`, pathNot: '\\.test\\.ts$' },
      to: { path: `${server}platform/adapters/` },
    },
    {
      name: 'flows-only-tell',
      severity: 'error',
      from: { path: `${server}flows/.*\\.flow\\.ts$` },
      to: {
        path: `(${server}platform/(db|remote|clock|ids)\\.ts$|^node_modules/(pg|undici|ssh2)/|^(node:)?(fs|net|http|https|timers|child_process|crypto)(/|$))`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'cli-and-console-only-by-client',
      severity: 'error',
      from: { path: '^apps/(cli|console)/' },
      to: { path: '^(apps/server|apps/reference)/' },
    },
    {
      name: 'server-alone',
      severity: 'error',
      from: { path: server, pathNot: '\\.test\\.ts$' },
      to: { path: '^(apps/(cli|console|reference)|lab|test)/' },
    },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|/test/|^test/|^bench/)' },
      to: { path: '(\\.test\\.ts$|/test/harness/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(^|/)(dist|out)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
}
