/** PostGraphile 5 over its own adaptor for Node. */
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { grafserv } from 'postgraphile/grafserv/node'
import { told } from '../shared/settings.mjs'
import { presetFor } from './preset.mjs'

const here = told()
const service = postgraphile(presetFor(here.dsn, here.people)).createServ(grafserv)

const server = createServer()
const ready = new Promise((resolve) => {
  server.once('ready', resolve)
})
await service.addTo(server)
server.listen(here.port, '127.0.0.1')
void ready
