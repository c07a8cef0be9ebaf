// On every page, while something of a shift is on this phone: it leaves when its time is over or
// its owner signs out, the places at once where nobody is signed in; visits that wait are sent.
import { CACHE, all, isThere, keptShift, leave } from './shift-store.mjs'
import { send } from './shift-sync.mjs'

const signOut = document.querySelector('form[action="/sign-out"]')

export async function tidy() {
  if (!(await keptShift())) await leave()
  else if (!signOut) await caches.delete(CACHE)
}

signOut?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const slow = new Promise((resolve) => { setTimeout(resolve, 2000) })
  await Promise.race([leave(), slow])
  signOut.submit()
})

await tidy()
if (signOut && !document.querySelector('[data-account]') && (await isThere())) {
  if ((await all('queue')).length) await send()
  await tidy()
}
