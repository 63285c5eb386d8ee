// Signs somebody in by a passkey: asks for a challenge, has the browser answer it, sends that back.
'use strict';

const said = document.getElementById('said');

function bytesOf(text) {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(text.length / 4) * 4, '=');
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

function textOf(bytes) {
  const signs = Array.from(new Uint8Array(bytes), (each) => String.fromCharCode(each)).join('');
  return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

async function ask(path, body) {
  const answer = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail || 'That did not work; try again.');
  return told;
}

function withBytes(options, known) {
  const made = { ...options, challenge: bytesOf(options.challenge) };
  if (made.user) made.user = { ...made.user, id: bytesOf(made.user.id) };
  for (const name of known) {
    made[name] = (options[name] || []).map((each) => ({ ...each, id: bytesOf(each.id) }));
  }
  return made;
}

function answerOf(credential) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  return {
    id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function challengeOf(options) {
  return new TextDecoder().decode(bytesOf(options.challenge));
}

async function signIn() {
  const options = await ask('/sign-in/options', {});
  const publicKey = withBytes(options, ['allowCredentials']);
  const credential = await navigator.credentials.get({ publicKey });
  await ask('/sign-in/passkey', { challenge: challengeOf(options), answer: answerOf(credential) });
  await show('You are signed in.');
}

async function add() {
  const options = await ask('/sign-in/passkeys/options', {});
  const publicKey = withBytes(options, ['excludeCredentials']);
  const credential = await navigator.credentials.create({ publicKey });
  const label = document.getElementById('label').value;
  await ask('/sign-in/passkeys', { challenge: challengeOf(options), label, answer: answerOf(credential) });
  await show('The passkey is made. From now on you sign in by it.');
}

async function leave() {
  await ask('/sign-in/out', {});
  await show('You are signed out.');
}

async function byLink() {
  const secret = location.hash.slice(1);
  if (!secret) return;
  history.replaceState(null, '', location.pathname);
  await ask('/sign-in/link', { secret });
  said.textContent = 'Your link let you in. Make a passkey now: the link is used up.';
}

async function show(sentence) {
  if (sentence) said.textContent = sentence;
  let me = null;
  try { me = await ask('/sign-in/me'); } catch { me = null; }
  document.getElementById('in').hidden = me === null;
  document.getElementById('out').hidden = me !== null;
  const list = document.getElementById('passkeys');
  list.replaceChildren();
  if (me === null) return;
  document.getElementById('who').textContent = me.login ? `As ${me.login}.` : 'To make a passkey, and for nothing else.';
  for (const each of me.passkeys) {
    const item = document.createElement('li');
    item.textContent = `Passkey: ${each.label}`;
    list.append(item);
  }
}

function doing(work) {
  return async () => {
    try { await work(); } catch (error) { said.textContent = error.message || 'That did not work; try again.'; }
  };
}

if (said) {
  document.getElementById('sign-in').addEventListener('click', doing(signIn));
  document.getElementById('add').addEventListener('click', doing(add));
  document.getElementById('leave').addEventListener('click', doing(leave));
  doing(async () => { await byLink(); await show(); })();
}
