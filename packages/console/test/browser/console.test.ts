// All tests in a browser, in one process: they share one Chromium.
import './stock.ts'
