// On every page, while something of a shift is on this phone: it leaves when its time is over or
// nobody is signed in, and visits that wait are sent.
import { all, isThere, keptShift, leave } from './shift-store.mjs'
import { send } from './shift-sync.mjs'

const signOut = document.querySelector('form[action="/sign-out"]')

export async function tidy() {
  if (!signOut || !(await keptShift())) await leave()
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
