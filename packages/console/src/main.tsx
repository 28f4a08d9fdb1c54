import 'uplot/dist/uPlot.min.css'
import './style/base.css'
import './style/frame.css'
import './style/parts.css'
import './style/pages.css'
import { render } from 'preact'
import { App } from './frame/app.tsx'
import { applyTheme } from './frame/theme.ts'
import { start } from './frame/start.ts'

applyTheme()
render(<App />, document.getElementById('app')!)
start()
