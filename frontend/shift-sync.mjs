// Sends visits that wait on this phone, once there is a connection and their owner is signed in.
import { all, put, remove } from './shift-store.mjs'

let running

// Returns what is to be said: words, and the plan in force as the service sees it.
export function send(bcu = '') {
  running ??= sendAll(bcu).finally(() => { running = undefined })
  return running
}

async function sendAll(bcu) {
  const waiting = (await all('queue')).filter((each) => !each.refused)
  let told
  try {
    told = await fetch(`/shift/pulse?${new URLSearchParams({ bcu })}`)
  } catch {
    return { words: waiting.length ? `No connection. ${count(waiting)} on this phone.` : '' }
  }
  if (!told.ok) {
    const words = waiting.length ? `Sign in to send: ${count(waiting)} on this phone.` : ''
    return { words, mustSignIn: told.status === 401 }
  }
  const { token, account_id: account, plan_id: plan } = await told.json()
  const own = waiting.filter((each) => each.logged_by === account)
  const others = waiting.length - own.length
  const rest = others ? ` ${others} of somebody else wait until they sign in here.` : ''
  if (own.length === 0) return { words: rest.trim(), plan }
  const words = await post(own.slice(0, 50), token)
  return { words: words + rest, plan }
}

async function post(visits, token) {
  const sent = JSON.stringify({ sent_at: new Date().toISOString(), visits })
  let told
  try {
    told = await fetch('/shift/sync', {
      method: 'POST', body: new URLSearchParams({ form_token: token, sent })
    })
  } catch {
    return `No connection. ${count(visits)} on this phone.`
  }
  if (!told.ok) return `The service did not take them (${told.status}). ${count(visits)} here.`
  const said = []
  for (const { id, kept, words } of (await told.json()).answers) {
    const entry = visits.find((each) => each.id === id)
    if (kept === 'refused') await put('queue', { ...entry, refused: words })
    else await remove('queue', id)
    if (words !== 'It is kept.') said.push(words)
  }
  return [`Sent: ${visits.length} ${visits.length === 1 ? 'visit' : 'visits'}.`, ...said].join(' ')
}

const count = (visits) =>
  visits.length === 1 ? '1 visit waits' : `${visits.length} visits wait`
