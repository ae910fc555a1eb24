// json-rules-engine on Node: a rule for each row, an engine for each table, its rows in order of priority.
// Spoken to like every peer (`bench/peers/worker.py`): a line asks for answers or for a timed round.
// What JSON cannot say (sums, dates, the streak) is plain JavaScript, which its users give as facts.

const fs = require('fs')
const readline = require('readline')
const { createRequire } = require('module')
const { Engine } = createRequire(process.argv[2] + '/')('json-rules-engine')

const { tables, baseLimit, cap, doubt, year, cases } = JSON.parse(fs.readFileSync(process.argv[3], 'utf8'))
const OPERATORS = { '==': 'equal', '<': 'lessThan', '<=': 'lessThanInclusive', '>=': 'greaterThanInclusive',
  '>': 'greaterThan', in: 'in', given: 'notEqual' }
const sets = {}
for (const rows of Object.values(tables)) for (const [rule, , then] of rows) sets[rule] = then

function engineOf(rows) {
  const engine = new Engine([], { allowUndefinedFacts: true })
  rows.forEach(([rule, when, then], row) => {
    const all = when.map(([name, operator, value]) =>
      ({ fact: name.replace('.', '_'), operator: OPERATORS[operator], value }))
    engine.addRule({ conditions: { all }, event: { type: rule }, priority: rows.length - row })
  })
  engine.on('success', () => engine.stop())
  return engine
}
const engines = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, engineOf(rows)]))
const fired = async (table, facts) => (await engines[table].run(facts)).events[0].type

async function decide(c) {
  const past = c.visits.filter(v => v.on <= c.as_of)
  const streak = past.length - past.reduce((last, v) => v.effective ? v.number : last, 0)
  const exposure = c.credit_receivables + c.credit_unsettled_notes
  const projected = exposure + (c.order_amount ?? 0)
  const facts = { ...c, made: past.length, streak, new_firm: c.as_of < c.customer_founded_on + year,
    in_doubt: doubt.includes(c.credit_bank_refusal) || c.credit_note_deferred || c.credit_deteriorated }
  const tier = await fired('tier', facts)
  const limit = await fired('limit', facts)
  const base = baseLimit[sets[tier]]
  const ordinary = Math.min(c.credit_limit ?? base, cap)
  const effective = sets[limit] === 'special_limit' ? c.approval_special_limit
    : sets[limit] === 'restrict' ? Math.min(ordinary, exposure) : ordinary
  const distance = { near: 10 * projected - 9 * effective, over: projected - effective }
  const escalation = await fired('escalation', distance)
  const access = await fired('access', facts)
  const visits = await fired('visits', facts)
  return { exposure, projected_exposure: projected, tier: sets[tier], base_limit: base, tier_rule: tier,
    handling: sets[limit], effective_limit: effective, limit_rule: limit,
    escalation: sets[escalation], escalation_rule: escalation,
    utilisation: effective === 0 ? null : projected / effective,
    access: sets[access], access_rule: access,
    plan: sets[visits], visits_rule: visits, ineffective_streak: streak }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'answers') {
      const answers = []
      for (const c of cases) answers.push(await decide(c))
      console.log(JSON.stringify(answers))
    } else {
      const before = process.cpuUsage()
      for (const c of cases) await decide(c)
      const { user, system } = process.cpuUsage(before)
      console.log((user + system) / cases.length)
    }
  }
}
main()
