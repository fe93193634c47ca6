import { graphql } from "./generated/graphql/gql.js";

/** The asker's first teams; how many may be left open. */
export const TEAMS = graphql(`
  query Teams($first: Int) {
    teams(first: $first) {
      nodes {
        name
      }
    }
  }
`);

/** Every school with its activity in this school year and its latest meetings, in one request. */
export const DASHBOARD = graphql(`
  query Dashboard($schools: Int!, $meetings: Int!) {
    municipality {
      slug
    }
    organisations(kind: school, first: $schools) {
      nodes {
        name
        figures(by: school_year) {
          meetings {
            value
          }
          developmentShare {
            value
            withheld
          }
        }
        meetings(first: $meetings) {
          nodes {
            title
            startsAt
          }
        }
      }
    }
  }
`);
