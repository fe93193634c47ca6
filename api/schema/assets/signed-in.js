"use strict";
// The window that the sign-in ran in: what the provider said goes to the page that opened it, and to no other origin.
if (window.opener) {
  window.opener.postMessage({ signedIn: window.location.search }, window.location.origin);
  window.close();
}
