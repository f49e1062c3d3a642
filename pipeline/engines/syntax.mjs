// Reads a JSON list of JavaScript modules, prints for each null or [line, message]. Nothing is run.
import { SourceTextModule } from 'node:vm';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const answers = JSON.parse(input).map((source) => {
  try {
    new SourceTextModule(source, { identifier: 'snippet' });
    return null;
  } catch (problem) {
    const line = /^snippet:(\d+)/.exec(problem.stack ?? '');
    return [line ? Number(line[1]) : 1, `${problem.name}: ${problem.message}`];
  }
});
process.stdout.write(JSON.stringify(answers));
