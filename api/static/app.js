// Comfort only: every page works without this file. ES2017, for browsers of 2019.
(function () {
  'use strict';

  const draftDays = 7;
  const account = document.body.getAttribute('data-account') || '';
  let leaving = false;

  function storage(act) {
    try { return act(); } catch (e) { return null; } // private windows refuse localStorage
  }

  // A double click does one act. The buttons go dead only after the browser has read which one was pressed.
  function onceOnly(form) {
    form.addEventListener('submit', function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = '1';
      leaving = true;
      setTimeout(function () { disable(form, true); }, 0);
      // A download leaves the page where it is.
      setTimeout(function () { revive(form); }, 15000);
    });
  }

  function revive(form) {
    delete form.dataset.sent;
    leaving = false;
    disable(form, false);
  }

  function disable(form, dead) {
    for (const e of form.elements) {
      if (e.type === 'submit') {
        e.disabled = dead;
      }
    }
  }

  function writable(form) {
    return Array.from(form.elements).filter(function (e) {
      return e.name && !['hidden', 'password', 'file', 'submit', 'button', 'reset'].includes(e.type);
    });
  }

  function values(form) {
    return writable(form).map(function (e) {
      return [e.name, e.type === 'checkbox' || e.type === 'radio' ? e.value + '=' + e.checked : e.value];
    });
  }

  function fill(form, saved) {
    writable(form).forEach(function (e, i) {
      if (!saved[i] || saved[i][0] !== e.name) {
        return;
      }
      if (e.type === 'checkbox' || e.type === 'radio') {
        e.checked = saved[i][1] === e.value + '=true';
      } else {
        e.value = saved[i][1];
      }
    });
  }

  // Computers are shared in offices: a draft belongs to the account that wrote it.
  function draftKey(form) {
    return 'draft/' + account + '/' + form.getAttribute('data-draft');
  }

  function keepDrafts(form) {
    const key = draftKey(form);
    let waiting = null;
    const save = function () {
      storage(function () { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values(form) })); });
    };
    form.addEventListener('input', function () {
      clearTimeout(waiting);
      waiting = setTimeout(save, 400);
    });
    form.addEventListener('submit', function () {
      clearTimeout(waiting);
      save();
      storage(function () { sessionStorage.setItem('sent', key); });
    });
  }

  function zhInstant(at) {
    return at.getFullYear() + '年' + (at.getMonth() + 1) + '月' + at.getDate() + '日 ' + at.toTimeString().slice(0, 5);
  }

  // What the server sent back in answer to a form is newer than any draft.
  function restore(form) {
    const key = draftKey(form);
    const draft = storage(function () { return JSON.parse(localStorage.getItem(key)); });
    if (!draft || document.body.hasAttribute('data-answer') || JSON.stringify(draft.values) === JSON.stringify(values(form))) {
      return;
    }
    const blank = values(form);
    fill(form, draft.values);
    const note = document.createElement('p');
    note.className = 'note';
    note.setAttribute('role', 'status');
    note.textContent = '已恢复您' + zhInstant(new Date(draft.at)) + '没有提交的内容。 ';
    const drop = document.createElement('button');
    drop.type = 'button';
    drop.className = 'quiet';
    drop.textContent = '不要这份草稿';
    drop.addEventListener('click', function () {
      storage(function () { localStorage.removeItem(key); });
      fill(form, blank);
      note.remove();
    });
    note.appendChild(drop);
    form.insertBefore(note, form.firstChild);
  }

  // A draft that was sent goes once another page than its own, or a failure, has come back.
  function clearSent() {
    const key = storage(function () { return sessionStorage.getItem('sent'); });
    if (!key || document.querySelector('.failure, .login, .kept')) {
      return;
    }
    const back = Array.from(document.querySelectorAll('form[data-draft]')).some(function (f) { return draftKey(f) === key; });
    storage(function () { sessionStorage.removeItem('sent'); });
    if (!back) {
      storage(function () { localStorage.removeItem(key); });
    }
  }

  function clearOld() {
    storage(function () {
      for (const key of Object.keys(localStorage).filter(function (k) { return k.startsWith('draft/'); })) {
        const draft = JSON.parse(localStorage.getItem(key));
        if (!draft || Date.now() - draft.at > draftDays * 24 * 3600 * 1000) {
          localStorage.removeItem(key);
        }
      }
    });
  }

  function guard(form) {
    const first = JSON.stringify(values(form));
    window.addEventListener('beforeunload', function (event) {
      if (!leaving && JSON.stringify(values(form)) !== first) {
        event.preventDefault();
        event.returnValue = '';
      }
    });
  }

  // Paper cannot be unfolded.
  function unfoldForPrint() {
    let folded = [];
    window.addEventListener('beforeprint', function () {
      folded = Array.from(document.querySelectorAll('details:not([open])'));
      folded.forEach(function (d) { d.open = true; });
    });
    window.addEventListener('afterprint', function () {
      folded.forEach(function (d) { d.open = false; });
    });
  }

  // A screen follows by itself, part by part: a film that is shown runs on as long as its question stands, and what was unfolded stays so.
  // One that takes turns says where it goes next. While the server does not answer, it says since when what it shows is old.
  function follow(screen) {
    const seconds = Number(screen.getAttribute('data-follow')) || 3;
    const away = screen.querySelector('.away');
    const asked = location.href;
    let since = new Date();
    function tell(text) {
      if (away) {
        away.hidden = !text;
        away.textContent = text;
      }
    }
    function show(now) {
      Array.from(now.children).forEach(function (part, i) {
        const old = screen.children[i];
        if (!old || old === away || old.innerHTML === part.innerHTML) {
          return;
        }
        const open = Array.from(old.querySelectorAll('details')).map(function (d) { return d.open; });
        old.innerHTML = part.innerHTML;
        old.querySelectorAll('details').forEach(function (d, n) { d.open = Boolean(open[n]); });
      });
      const next = now.querySelector('[data-next]');
      if (next) {
        screen.querySelector('[data-next]').setAttribute('data-next', next.getAttribute('data-next'));
      }
    }
    setInterval(function () {
      const next = screen.querySelector('[data-next]');
      fetch(next ? next.getAttribute('data-next') : asked, { credentials: 'same-origin' }).then(function (answer) {
        return answer.ok || answer.status === 401 ? answer.text() : '';
      }).then(function (text) {
        const page = new DOMParser().parseFromString(text, 'text/html');
        const now = page.querySelector('[data-follow]');
        if (now) {
          show(now);
          since = new Date();
          tell('');
        } else if (page.querySelector('form.login')) {
          tell('登录已经到期，下面是' + zhInstant(since) + '以前的情况。请重新打开本页登录。');
        } else {
          tell('服务器没有给出新的数字，下面是' + zhInstant(since) + '以前的情况，正在重试。');
        }
      }).catch(function () {
        tell('与服务器失去联系，下面是' + zhInstant(since) + '以前的情况，正在重试。');
      });
    }, seconds * 1000);
  }

  // A long list of units to choose from: characters of the name, or the first letters of its syllables, leave the few that are meant.
  let letters = null; // by name; asked for once, when somebody types
  function initials() {
    if (!letters) {
      letters = fetch('/search/units.json', { credentials: 'same-origin' }).then(function (answer) {
        return answer.ok ? answer.json() : {};
      }).catch(function () { return {}; }); // without letters, characters are compared alone
    }
    return letters;
  }

  // How well a name answers: it has the text, those are its first letters, it has them from the first on, or side by side; 0: not at all.
  function rank(name, ways, text) {
    if (name.toLowerCase().includes(text)) {
      return 1;
    }
    return (ways || '').split(' ').reduce(function (best, way) {
      let at = -1;
      const follows = way[0] === text[0] && Array.from(text).every(function (letter) {
        at = way.indexOf(letter, at + 1);
        return at >= 0;
      });
      const fits = way === text ? 2 : follows ? 3 : way.includes(text) ? 4 : 0;
      return fits && (!best || fits < best) ? fits : best;
    }, 0);
  }

  function sift(select) {
    const all = Array.from(select.options);
    const box = document.createElement('input');
    box.type = 'search';
    box.className = 'sift';
    box.placeholder = '拼音首字母或文字';
    box.setAttribute('aria-label', '缩小下面的选择：拼音首字母或文字');
    box.autocomplete = 'off';
    let asked = '';
    let chosen = ''; // by hand; what the box chooses goes when it is emptied
    select.addEventListener('change', function (event) {
      if (event.isTrusted) {
        chosen = select.value;
      }
    });
    box.addEventListener('input', function () {
      initials().then(function (known) {
        const text = box.value.trim().toLowerCase();
        if (!asked) {
          chosen = select.value;
        }
        asked = text;
        const fits = function (o) { return rank(o.text.trim(), known[o.text.trim()], text); };
        const left = all.filter(function (o) { return !o.value || !text || fits(o); });
        Array.from(select.options).forEach(function (o) { o.remove(); });
        left.forEach(function (o) { select.add(o); });
        const named = left.filter(function (o) { return o.value; });
        const best = text && named.length ? named.reduce(function (a, b) { return fits(b) < fits(a) ? b : a; }).value : '';
        select.value = text ? best : chosen;
        box.classList.toggle('none', !named.length);
        select.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });
    box.addEventListener('keydown', function (event) {
      if (event.key === 'Enter') { // it chooses; it does not send the form
        event.preventDefault();
        select.focus();
      }
    });
    const both = document.createElement('span');
    both.className = 'sifted ' + select.className;
    select.parentNode.insertBefore(both, select);
    both.appendChild(box);
    both.appendChild(select);
  }

  document.querySelectorAll('select:not([multiple])').forEach(function (select) {
    if (select.options.length > 12) {
      sift(select);
    }
  });

  clearOld();
  clearSent();
  document.querySelectorAll('form[data-draft]').forEach(function (form) {
    guard(form);
    restore(form);
    keepDrafts(form);
  });
  document.querySelectorAll('form[method="post"]:not([data-draft])').forEach(function (form) {
    if (form.querySelector('textarea')) {
      guard(form);
    }
  });
  document.querySelectorAll('form[method="post"]').forEach(onceOnly);
  window.addEventListener('pageshow', function () { document.querySelectorAll('form[method="post"]').forEach(revive); });
  document.querySelectorAll('input[data-all]').forEach(function (all) {
    all.addEventListener('change', function () {
      document.querySelectorAll('input[name="' + all.getAttribute('data-all') + '"]').forEach(function (one) { one.checked = all.checked; });
    });
  });
  unfoldForPrint();
  document.querySelectorAll('[data-follow]').forEach(follow);
  const problems = document.querySelector('.problems');
  if (problems) {
    problems.focus();
  }
}());
