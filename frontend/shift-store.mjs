// What a phone keeps of a shift, and how it leaves again.
// The queue holds visits that are not sent yet: ids and times, never a place. The rest is gone
// with the shift: the page itself (in the cache), and what was started or logged on this phone.
export const CACHE = 'rightplace-shift'
export const DATABASE = 'rightplace-shift'
const TABLES = { queue: 'id', marks: 'visit', kept: 'name' }

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => resolve()
  })

async function work(table, mode, act) {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(TABLES)) {
      opening.result.createObjectStore(name, { keyPath })
    }
  }
  const database = await settled(opening)
  database.onversionchange = () => database.close()
  try {
    const transaction = database.transaction(table, mode)
    const answer = await settled(act(transaction.objectStore(table)))
    if (mode === 'readwrite') {
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve
        transaction.onabort = transaction.onerror = () => reject(transaction.error)
        transaction.commit?.()
      })
    }
    return answer
  } finally {
    database.close()
  }
}

export const all = (table) => work(table, 'readonly', (store) => store.getAll())
export const get = (table, key) => work(table, 'readonly', (store) => store.get(key))
export const put = (table, row) => work(table, 'readwrite', (store) => store.put(row))
export const remove = (table, key) => work(table, 'readwrite', (store) => store.delete(key))

export async function isThere() {
  return (await indexedDB.databases()).some((each) => each.name === DATABASE)
}

// Everything tactical leaves; visits that are not sent yet stay until they are.
export async function leave() {
  await caches.delete(CACHE)
  if (!(await isThere())) return
  await work('marks', 'readwrite', (store) => store.clear())
  await work('kept', 'readwrite', (store) => store.clear())
  if ((await all('queue')).length === 0) await settled(indexedDB.deleteDatabase(DATABASE))
}

// The shift that is kept, or nothing where it is over.
export async function keptShift() {
  const shift = await get('kept', 'shift')
  return shift && Date.parse(shift.ends) > Date.now() ? shift : undefined
}
