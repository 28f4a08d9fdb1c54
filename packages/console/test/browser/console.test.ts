// All tests in a browser, in one process: they share one Chromium.
import './access.ts'
import './approval.ts'
import './counting.ts'
import './day.ts'
import './docs-page.ts'
import './every-page.ts'
import './expiry.ts'
import './forms.ts'
import './hostile.ts'
import './lines.ts'
import './order.ts'
import './phone.ts'
import './reconnection.ts'
import './scanner.ts'
import './stock.ts'
import { runAll } from './office.ts'

runAll()
