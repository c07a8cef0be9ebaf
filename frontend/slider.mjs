// The time slider: moves through the options of a list, and lets map, table and words follow
// without loading the page anew. Without it the list and its button do the same.
const MOMENT = 200

function follow (page) {
  for (const part of document.querySelectorAll('[data-follows]')) {
    const next = page.querySelector(`[data-follows="${part.dataset.follows}"]`)
    if (next) part.replaceWith(document.adoptNode(next))
  }
  const [map, nextMap] = [document, page].map((each) => each.querySelector('[data-map]'))
  if (!map || !nextMap) return
  for (const name of ['cells', 'tiles', 'words']) {
    if (nextMap.dataset[name]) map.dataset[name] = nextMap.dataset[name]
  }
  map.dispatchEvent(new Event('rp-asked'))
}

async function show (form, asked) {
  const address = `${form.getAttribute('action')}?${new URLSearchParams(new FormData(form))}`
  const told = await fetch(address, { signal: asked.signal })
  if (!told.ok) return form.requestSubmit()
  follow(new DOMParser().parseFromString(await told.text(), 'text/html'))
  history.pushState(null, '', address)
}

function slider (list) {
  const box = document.createElement('div')
  box.className = 'govuk-form-group rp-slider'
  const label = document.createElement('label')
  label.className = 'govuk-label'
  label.htmlFor = `${list.id}-slider`
  label.textContent = list.dataset.slider
  const range = document.createElement('input')
  Object.assign(range, { type: 'range', id: label.htmlFor, min: 0, max: list.options.length - 1, value: list.selectedIndex })
  const said = document.createElement('output')
  said.className = 'govuk-body'
  said.htmlFor = range.id
  box.append(label, range, said)
  list.closest('form').after(box)
  let waiting
  let asked = new AbortController()
  const tell = () => {
    said.textContent = list.options[range.value].text
    range.setAttribute('aria-valuetext', said.textContent)
  }
  range.addEventListener('input', () => {
    list.selectedIndex = range.value
    tell()
    clearTimeout(waiting)
    asked.abort()
    asked = new AbortController()
    const mine = asked
    waiting = setTimeout(() => {
      show(list.form, mine).catch((error) => { if (error.name !== 'AbortError') list.form.requestSubmit() })
    }, MOMENT)
  })
  tell()
}

document.querySelectorAll('select[data-slider]').forEach(slider)
window.addEventListener('popstate', () => window.location.reload())
