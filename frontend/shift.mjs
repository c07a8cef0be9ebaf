// My shift with a script: start and stop by one press, and all of it without a connection.
import { CACHE, all, get, keptShift, leave, put, remove } from './shift-store.mjs'
import { send } from './shift-sync.mjs'

const root = document.querySelector('[data-account]')
const { account, plan, bcu, zone } = root.dataset
const [starts, ends] = [root.dataset.starts, root.dataset.ends].map(Date.parse)
const find = (query) => root.querySelector(query)
const items = [...root.querySelectorAll('[data-visit]')]
const [doneForm, notDoneForm, startForm] =
  ['#done-form', '#not-done-form', '#start-form'].map(find)
const status = find('#status')
const DAY = 86_400_000
const PARTS = [
  'style.css', 'page.mjs', 'govuk-frontend.min.js',
  'shift.mjs', 'shift-left.mjs', 'shift-store.mjs', 'shift-sync.mjs'
]
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone
})
let current = root.dataset.current

function say(words, isFault = false) {
  status.hidden = !words
  status.textContent = words
  status.classList.toggle('rp-status--fault', isFault)
}

function over(words) {
  const said = document.createElement('p')
  said.className = 'govuk-body'
  said.textContent = words
  root.replaceChildren(said)
}

async function end(words) {
  await leave()
  over(words)
}

// The moment nearest to the shift at which the local clock reads what was typed; not in future.
function momentOf(typed) {
  const read = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(typed.trim())
  if (!read) return undefined
  const wanted = `${read[1].padStart(2, '0')}:${read[2]}`
  const distance = (moment) => Math.max(starts - moment, moment - ends, 0)
  let best
  for (let moment = Math.floor(Math.min(Date.now(), ends + DAY) / 60_000) * 60_000;
    moment > starts - DAY; moment -= 60_000) {
    if (clock.format(moment) !== wanted) continue
    if (best === undefined || distance(moment) < distance(best)) best = moment
  }
  return best
}

async function show(visit) {
  current = visit
  for (const card of root.querySelectorAll('[data-card]')) {
    card.hidden = card.dataset.card !== visit
  }
  find('#all-done').hidden = Boolean(visit)
  if (!doneForm) return
  find('#log').hidden = !visit
  for (const field of root.querySelectorAll('input[name="visit"]')) field.value = visit
  doneForm.reset()
  notDoneForm.reset()
  const started = visit ? (await get('marks', visit))?.started : undefined
  doneForm.elements.arrived.value = started ? clock.format(Date.parse(started)) : ''
  doneForm.elements.left.value = ''
  startForm.querySelector('button').textContent = started ? 'Start anew' : 'Start: we are there'
}

const next = () =>
  items.find((item) => item.dataset.state === 'to come')?.dataset.visit ?? ''

function mark(visit, state, words) {
  const item = items.find((each) => each.dataset.visit === visit)
  if (!item) return
  item.dataset.state = state
  const tag = item.querySelector('[data-words]')
  tag.textContent = words
  tag.className = `govuk-tag ${state === 'done' ? 'govuk-tag--green' : 'govuk-tag--yellow'}`
  const left = items.filter((each) => each.dataset.state === 'to come').length
  find('[data-left]').textContent = left
}

async function showWaiting() {
  const waiting = await all('queue')
  const list = find('#waiting ul')
  list.replaceChildren(...waiting.map((entry) => {
    const line = document.createElement('li')
    const number = items.findIndex((item) => item.dataset.visit === entry.visit_id) + 1
    const which = number && entry.plan_id === plan ? `Visit ${number}` : 'A visit of another shift'
    const hours = `${clock.format(Date.parse(entry.started_at))} to ` +
      clock.format(Date.parse(entry.ended_at))
    line.textContent = `${which}, ${hours}${entry.refused ? `. Not taken: ${entry.refused} ` : ''}`
    if (entry.refused && entry.logged_by === account) line.append(removal(entry))
    return line
  }))
  find('#waiting').hidden = waiting.length === 0
}

function removal(entry) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button govuk-button--warning'
  button.textContent = 'Remove it from this phone'
  button.addEventListener('click', async () => {
    await remove('queue', entry.id)
    await showWaiting()
  })
  return button
}

function signInLink() {
  const link = document.createElement('a')
  link.className = 'govuk-link'
  link.href = '/sign-in'
  link.textContent = 'Sign in'
  return link
}

async function sync() {
  const { words, plan: held, mustSignIn } = await send(bcu)
  await showWaiting()
  if (words) say(words)
  if (words && mustSignIn) status.append(' ', signInLink())
  if (held !== undefined && held !== plan && Date.now() >= starts) {
    await end('This plan is not in force any more. Load My shift anew.')
  }
}

async function log(visit, outcome, state, times) {
  const entry = {
    id: crypto.randomUUID(),
    logged_by: account,
    plan_id: plan,
    visit_id: visit,
    started_at: new Date(times[0]).toISOString(),
    ended_at: new Date(times[1]).toISOString(),
    outcome
  }
  const words = `${state}, ${clock.format(times[1])}`
  await put('queue', entry)
  await put('marks', { visit, state, words })
  mark(visit, state, words)
  await show(next())
  say('Kept on this phone until it is sent.')
  find('#now').focus()
  await sync()
}

function fault(words, field) {
  say(words, true)
  field?.focus()
}

async function timesOf() {
  const { arrived, left } = doneForm.elements
  const started = (await get('marks', current))?.started
  const asStarted = started && clock.format(Date.parse(started)) === arrived.value
  const from = asStarted ? Date.parse(started) : momentOf(arrived.value)
  const until = left.value ? momentOf(left.value) : Date.now()
  return [from, until]
}

startForm?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const started = new Date().toISOString()
  await put('marks', { visit: current, started })
  doneForm.elements.arrived.value = clock.format(Date.parse(started))
  startForm.querySelector('button').textContent = 'Start anew'
  say(`Started at ${clock.format(Date.parse(started))}.`)
})

doneForm?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { arrived, left, outcome } = doneForm.elements
  const [from, until] = await timesOf()
  if (from === undefined) return fault('Say when you arrived, such as 16:05.', arrived)
  if (until === undefined) return fault('Type the time as 16:05.', left)
  if (until < from) return fault('You cannot leave before you arrive.', left)
  if (!outcome.value) return fault('Choose what you mostly did there.', outcome[0])
  return log(current, outcome.value, 'done', [from, until])
})

notDoneForm?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { reason } = notDoneForm.elements
  if (!reason.value) return fault('Choose why not.', reason[0])
  const excused = ['urgent_call', 'unsafe'].includes(reason.value)
  const now = Date.now()
  const started = Date.parse((await get('marks', current))?.started ?? '')
  const from = Number.isNaN(started) ? now : started
  find('details').open = false
  return log(current, reason.value, excused ? 'excused' : 'not done', [from, now])
})

for (const item of items) {
  item.querySelector('a').addEventListener('click', async (event) => {
    event.preventDefault()
    await show(item.dataset.visit)
    find('#now').focus()
  })
}

// The first page comes before the worker: it is fetched once more, and its styles and scripts.
async function keepPage() {
  const cache = await caches.open(CACHE)
  if (!(await cache.match('/shift'))) {
    const answer = await fetch(location.href)
    if (answer.ok && answer.headers.get('rightplace-shift-ends')) await cache.put('/shift', answer)
  }
  const below = new URL('/static/', location.href).href
  const used = performance.getEntriesByType('resource').map((each) => each.name)
  const own = PARTS.map((name) => new URL(name, import.meta.url).href)
  for (const name of new Set([...own, ...used.filter((each) => each.startsWith(below))])) {
    if (!(await cache.match(name))) await cache.add(name)
  }
  root.dataset.kept = 'yes'
}

async function begin() {
  if (Date.now() >= ends) return end('This shift is over.')
  setTimeout(() => end('This shift is over.'), ends - Date.now())
  const before = await keptShift()
  if (before && (before.account !== account || before.plan !== plan)) await leave()
  await put('kept', { name: 'shift', account, plan, ends: root.dataset.ends })
  await import('./shift-left.mjs')
  for (const { visit, state, words } of await all('marks')) if (state) mark(visit, state, words)
  const asked = items.find((item) => item.dataset.visit === current)
  await show(asked?.dataset.state === 'to come' ? current : next())
  await showWaiting()
  find('#send').addEventListener('click', sync)
  window.addEventListener('online', sync)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return
    if (Date.now() >= ends) end('This shift is over.')
    else sync()
  })
  if ('serviceWorker' in navigator) {
    await navigator.serviceWorker.register('/shift/worker.js', { scope: '/shift' })
    await navigator.serviceWorker.ready
    try {
      await keepPage()
    } catch {
      say('This shift could not be kept for use without a connection.', true)
    }
  }
  await sync()
}

await begin()
root.dataset.ready = 'yes'
