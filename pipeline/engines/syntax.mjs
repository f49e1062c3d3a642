// Reads a JSON list of JavaScript modules and prints, for each, null or what is wrong. Nothing is run.
import { SourceTextModule } from 'node:vm';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const answers = JSON.parse(input).map((source) => {
  try {
    new SourceTextModule(source);
    return null;
  } catch (problem) {
    return `${problem.name}: ${problem.message}`;
  }
});
process.stdout.write(JSON.stringify(answers));
