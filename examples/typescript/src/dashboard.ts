import { graphql } from "./generated/graphql/gql.js";

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
