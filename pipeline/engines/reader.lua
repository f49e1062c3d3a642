-- A reader that stays open: each request is "FORMAT LENGTH\n" and so many bytes of Markdown,
-- each answer "LENGTH\n" and so many bytes of pandoc's JSON. The empty table as fourth argument
-- of pandoc.read is its sandbox: no file and no host can be reached while reading.
while true do
  local head = io.read('l')
  if not head then break end
  local format, length = head:match('^(%S+) (%d+)$')
  local text = length == '0' and '' or io.read(tonumber(length))
  local json = pandoc.write(pandoc.read(text, format, nil, {}), 'json')
  io.write(#json, '\n', json)
  io.flush()
end
