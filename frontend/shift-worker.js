// Serves the page of a shift while there is no connection, until the shift is over.
const CACHE = 'rightplace-shift'
const PAGE = '/shift'
const ENDS = 'rightplace-shift-ends'
const PATIENCE = 6000

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (pathname.startsWith('/static/')) event.respondWith(asset(request))
})

async function keptPage() {
  const held = await caches.match(PAGE, { cacheName: CACHE })
  if (!held || Date.parse(held.headers.get(ENDS)) > Date.now()) return held
  await forget()
  return undefined
}

// As the page does it: all of the shift goes, and visits that are not sent yet stay.
async function forget() {
  await caches.delete(CACHE)
  if (!(await indexedDB.databases()).some((each) => each.name === CACHE)) return
  await new Promise((resolve) => {
    const opening = indexedDB.open(CACHE)
    opening.onerror = resolve
    opening.onsuccess = () => {
      const database = opening.result
      const transaction = database.transaction(['kept', 'marks'], 'readwrite')
      for (const name of ['kept', 'marks']) transaction.objectStore(name).clear()
      transaction.oncomplete = transaction.onabort = () => {
        database.close()
        resolve()
      }
    }
  })
}

// A connection that says nothing for so long is none, if the page is here.
async function page(request) {
  const asked = fetch(request).then(noted)
  const held = await keptPage()
  const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE, held) })
  try {
    return await (held ? Promise.race([asked, patience]) : asked)
  } catch {
    return held ?? notConnected()
  } finally {
    asked.catch(() => {})
  }
}

async function noted(answer) {
  const ends = answer.headers.get(ENDS)
  if (ends === 'over') await forget()
  else if (answer.status >= 400 && answer.status < 500) await caches.delete(CACHE)
  else if (answer.status === 200 && ends) {
    await (await caches.open(CACHE)).put(PAGE, answer.clone())
  }
  return answer
}

async function asset(request) {
  const held = await caches.match(request, { cacheName: CACHE })
  if (held) return held
  const answer = await fetch(request)
  if (answer.ok && (await caches.has(CACHE))) {
    await (await caches.open(CACHE)).put(request, answer.clone())
  }
  return answer
}

function notConnected() {
  const html = '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    '<title>No connection - Rightplace</title></head><body><main><h1>No connection</h1>' +
    '<p>Nothing of a shift is on this phone. Visits that wait are sent once you are connected ' +
    'and signed in.</p></main></body></html>'
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return new Response(html, { status: 503, headers })
}
