// Small comforts on every page; each page works without them.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// What a phone keeps of a shift leaves when its time is over, on whichever page that is noticed.
const kept = (await indexedDB.databases?.()) ?? []
if (kept.some((each) => each.name === 'rightplace-shift')) await import('./shift-left.mjs')
