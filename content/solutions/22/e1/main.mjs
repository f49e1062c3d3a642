import { createHash, timingSafeEqual } from 'node:crypto';

const TOKEN = '7c0fa91e';                        // test token
const HEX = '0123456789abcdef';

let steps = 0;                                   // stands for time
function early(guess) {
  for (let i = 0; i < TOKEN.length; i += 1) {
    steps += 1;
    if (guess[i] !== TOKEN[i]) return false;
  }
  return guess.length === TOKEN.length;
}

const digest = (text) => createHash('sha256').update(text).digest();
function constant(guess) {
  steps += 32;                                   // bytes compared, whatever they hold
  return timingSafeEqual(digest(guess), digest(TOKEN));
}

function attack(compare) {
  let known = '';
  let tries = 0;
  for (let place = 0; place < 8; place += 1) {
    let best = { cost: -1, digit: '0' };
    for (const digit of HEX) {
      steps = 0;
      tries += 1;
      const guess = (known + digit).padEnd(8, '-');
      if (compare(guess)) return { found: guess, tries };
      if (steps > best.cost) best = { cost: steps, digit };
    }
    known += best.digit;
  }
  return { found: known === TOKEN ? known : 'nothing', tries };
}

console.log('early exit:', attack(early));
console.log('digests:   ', attack(constant));
console.log('blind:      up to', (16 ** 8).toLocaleString('en-US'), 'tries');
