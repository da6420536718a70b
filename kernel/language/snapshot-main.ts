import { tmpdir } from "node:os";
import { join } from "node:path";
import { startupSnapshot } from "node:v8";
import { check } from "./check.js";
import { SAMPLE } from "./sample.js";
import { serve } from "./serve.js";
import { CellService } from "./service.js";
import { transform } from "./transform.js";

/* What the startup snapshot of the language process is taken of: TypeScript with its libraries read, ready to serve. */

// The libraries' parsed files stay in the registry that all services share, and a checker that knows their types is left to
// the first of them; the folder is none that exists.
const cells = new CellService(join(tmpdir(), "diffrepairer-no-notebook"));
transform(SAMPLE, { known: new Map() });
check(cells, SAMPLE);
cells.bequeath();
startupSnapshot.setDeserializeMainFunction(() => serve(true));
