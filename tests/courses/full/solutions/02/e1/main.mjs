const words = ['bb', 'a', 'ccc', 'aa'];
console.log(words.sort((x, y) => x.length - y.length || (x < y ? -1 : 1)).join(' '));
