// The workspace and the review page: one module for each thing, started here.

import "./extend.js";
import "./sheet.js";
import "./swap.js";
import { arrive } from "./arrival.js";

arrive({ first: true });
