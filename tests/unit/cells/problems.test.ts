import { expect, test } from 'vitest';
import { evaluate, filesWith } from '../../support/evaluate';

test('a problem stays on its cell, with its place; what depends on it waits and says on which', async () => {
  const of = await evaluate(
    [
      'good = 1 + 1',
      'bad @A2 = slider(5,  min: 0, max: 1)',
      'after = 2 * bad',
      'later = after + 1',
      'broken = (1 +',
      'fine = good * 3',
    ].join('\n'),
  );
  expect(of('good').fields['value']).toBe(2);
  expect(of('fine').fields['value']).toBe(6);
  expect(of('bad').problem).toMatchObject({ message: 'value: must be a number from 0 to 1, got 5', place: { line: 2, column: 18 } });
  expect(of('after')).toMatchObject({ status: 'waiting', waitingOn: ['bad'] });
  expect(of('later')).toMatchObject({ status: 'waiting', waitingOn: ['after'] });
  expect(of('broken').status).toBe('error');
  expect(of('broken').problem?.place?.line).toBe(5);
});

test('a cycle is an error of the cells on it alone', async () => {
  const of = await evaluate(['a = min(b + 1)', 'b = a + 1', 'c = b + 1', 'd = 4', 'e = e'].join('\n'));
  expect(of('a').problem?.message).toMatch(/^cycle: (a → b → a|b → a → b)$/);
  expect(of('b').problem?.message).toMatch(/^cycle: (a → b → a|b → a → b)$/);
  expect(of('e').problem?.message).toBe('cycle: e → e');
  expect(of('c').status).toBe('waiting');
  expect(of('d').fields['value']).toBe(4);
});

const csv = 'x1,x2,y\n1,0,1\n0,1,-1\n1,1,n/a\n';

test.each([
  ['table("no.csv", label: "y")', /file: there is no file no\.csv here/],
  ['table("t.csv", label: "y")', /row 4.*column "y".*expected a number, got "n\/a"/],
  ['table("t.csv", label: "z")', /label|row 4/],
  ['digits(positive: [], negative: [1])', /positive: must have at least one class/],
  ['digits(positive: 11, negative: 1)', /positive: must be classes of digits/],
  ['digits(positive: 1, negative: 2, train: 5000)', /there are/],
  ['digits(positive: "one", negative: 2)', /positive: must be a class or a list of classes, got "one"/],
  ['digits(negative: 2)', /positive: is required/],
  ['source_kernel(3)', /data: must be a dataset, got 3/],
  ['source_kernel(digits(positive: 1, negative: 2), gamma: -1)', /gamma: must be a number > 0, got -1/],
  ['source_kernel(linear_task(dim: 2, train: 3), gamma: 2000000)', /gamma: must be below 1000000, got 2000000/],
  ['source_kernel(linear_task(dim: 2, train: 3), theory: "flow", gamma: 2000000)', /gamma: must be below 1000000, got 2000000/],
  ['source_kernel(digits(positive: 1, negative: 2), theory: "magic")', /theory: must be one of "lazy", "bayes", "flow", "proportional"/],
  ['coupling(digits(positive: 1, negative: 2))', /source_kernel: must be a source kernel or a target kernel, got a dataset/],
  ['error(2).test', /kernel: must be a target kernel or a source kernel, got 2/],
  ['linear_task(dim: 3, alignment: 0.5)', /alignment: needs like/],
  ['linear_task(dim: 3, alignment: 2)', /alignment: must be a number from -1 to 1, got 2/],
  ['plot(3)', /y: does not vary/],
  ['check(3)', /condition: must be true or false, got 3/],
  ['heatmap(3)', /of: must be a kernel, or a field over two axes/],
])('%s', async (formula, message) => {
  const of = await evaluate(`cell = ${formula}\nother = 1 + 1`, filesWith({ 't.csv': csv }));
  expect(of('cell').problem?.message).toMatch(message);
  expect(of('cell').problem?.place).toMatchObject({ line: 1 });
  expect(of('other').fields['value']).toBe(2);
});
