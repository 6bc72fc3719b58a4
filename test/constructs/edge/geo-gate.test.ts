import { GeoGate } from '../../../lib/constructs/edge/geo-gate';

test('real codes pass [edge-geo-restriction]', () => {
  expect(GeoGate.allow('AT', 'US', 'GB', 'TW').faults()).toEqual([]);
  expect(GeoGate.deny('AQ').faults()).toEqual([]);
});

test.each([
  [GeoGate.allow(), ['geo lists no country to allow; name one or more, or leave geo out']],
  [GeoGate.deny(), ['geo lists no country to deny; name one or more, or leave geo out']],
  [GeoGate.allow('at'), ['geo lists at; use ISO 3166-1 codes of two capital letters such as AT']],
  [GeoGate.allow('AUT', 'ZZ', 'UK'), ['geo lists AUT, ZZ, UK; use ISO 3166-1 codes of two capital letters such as AT']],
  [GeoGate.deny('AT', 'DE', 'AT'), ['geo lists AT more than once; name each country once']],
])('%j is refused [edge-geo-restriction]', (gate, faults) => {
  expect(gate.faults()).toEqual(faults);
});
