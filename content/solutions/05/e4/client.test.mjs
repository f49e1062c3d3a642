import { test } from 'node:test';
import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';

const trusted = new BlockList();                 // the proxies that we run
trusted.addSubnet('198.51.100.0', 24, 'ipv4');
trusted.addSubnet('2001:db8:5::', 48, 'ipv6');

const ours = (address) => {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 6 ? 'ipv6' : 'ipv4');
};

// The peer is a fact; every entry is a claim of the one to its right.
function clientOf(peer, forwardedFor = '') {
  const claims = forwardedFor.split(',').map((text) => text.trim()).filter(Boolean);
  let client = peer;
  while (ours(client) && claims.length > 0) {
    const claim = claims.pop();
    if (isIP(claim) === 0) break;                // nonsense: stop at the last known address
    client = claim;
  }
  return client;
}

const cases = [
  ['no proxy: the peer', '203.0.113.7', undefined, '203.0.113.7'],
  ['a stranger may claim what it likes', '203.0.113.7', '192.0.2.1', '203.0.113.7'],
  ['one proxy of ours', '198.51.100.5', '203.0.113.7', '203.0.113.7'],
  ['a client that lies to us', '198.51.100.5', '192.0.2.1, 203.0.113.7', '203.0.113.7'],
  ['two proxies of ours', '198.51.100.5', '203.0.113.7, 198.51.100.9', '203.0.113.7'],
  ['IPv6', '2001:db8:5::1', '2001:db8:99::7', '2001:db8:99::7'],
  ['nonsense', '198.51.100.5', '203.0.113.7, <script>', '198.51.100.5'],
  ['our own probe: nobody behind it', '198.51.100.5', undefined, '198.51.100.5'],
];
for (const [name, peer, field, expected] of cases) {
  test(name, () => assert.equal(clientOf(peer, field), expected));
}
