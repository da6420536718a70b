import { serve } from "./serve.js";

/* Entry of the language process where there is no startup snapshot of it. It knows TypeScript, and never runs user code. */

serve(false);
