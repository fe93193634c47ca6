/** Who asks, with what they may see today: the rule that all hand-written peers share. */

const held = (p) => `${p}.valid_from <= current_date and (${p}.valid_to is null or ${p}.valid_to > current_date)`

const ASKER = {
  name: 'asker',
  text: `
    select i.person_id as id,
      exists (select from role_assignment r where r.person_id = i.person_id and r.role = 'unit_leader'
        and r.scope = 'tenant' and ${held('r')}) as leads_everything,
      array(select m.team_id from team_membership m where m.person_id = i.person_id and ${held('m')}) as teams,
      array(select m.team_id from team_membership m where m.person_id = i.person_id and ${held('m')}
        and m.duty in ('facilitator', 'leader')) as teams_led,
      array(
        with recursive led(id) as (
          select r.organisation_id from role_assignment r where r.person_id = i.person_id
            and r.role = 'unit_leader' and r.scope = 'unit' and ${held('r')}
          union
          select p.organisation_id from led join organisation_period p on p.parent_id = led.id and ${held('p')})
        select id from led) as units
    from person_identity i join person p on p.id = i.person_id
    where i.issuer = $1 and i.subject = $2 and p.status = 'active'`,
}

/** The query for {id, leads_everything, teams, teams_led, units}; units are those led and all below. */
export const whoIs = ({ issuer, subject }) => ({ ...ASKER, values: [issuer, subject] })

/** What it finds; undefined for nobody. */
export async function findAsker(client, who) {
  const { rows } = await client.query(whoIs(who))
  return rows[0]
}

/** Whether the asker may see a meeting, whose participants are given. */
export function maySee(asker, meeting, participants) {
  return (
    asker.leads_everything ||
    asker.teams.includes(meeting.team_id) ||
    asker.units.includes(meeting.organisation_id) ||
    participants.some((each) => each.person_id === asker.id)
  )
}

/** The same rule as SQL over meeting `m`; its parameters begin at `$first` and are `seenBy(asker)`. */
export function seen(first) {
  const [everything, teams, units, person] = [0, 1, 2, 3].map((i) => `$${first + i}`)
  return `(${everything}::boolean or m.team_id = any(${teams}::uuid[]) or m.organisation_id = any(${units}::uuid[])
    or exists (select from meeting_participant i where i.meeting_id = m.id and i.person_id = ${person}::uuid))`
}

export const seenBy = (asker) => [asker.leads_everything, asker.teams, asker.units, asker.id]
