/** What `/` shows if the console was not built yet. */
export const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Holdfast</title></head><body>
<h1>Holdfast is serving</h1>
<p>Its console is not built here. Build it with <code>npm run build</code>, and start the service again.</p>
<p><a href="docs">Every call of the service</a></p>
</body></html>
`
