// Node's own `import()`, which the test runner does not rewrite as it is loaded by `require`.
module.exports.nativeImport = (url) => import(url);
