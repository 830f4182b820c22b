"""acados_solve.py FOLDER: what acados makes of swing_acados.c in FOLDER, printed as JSON. In an environment of its own,
since the wheel of acados has a CasADi of its own."""
import json
import os
import pathlib
import sys

import acados
import numpy as np

ROOT, FOLDER = pathlib.Path(acados.__file__).parent / "install", pathlib.Path(sys.argv[1]).resolve()
os.environ.update(ACADOS_SOURCE_DIR=str(ROOT), ACADOS_PYTHON_INTERFACE_PATH=acados.TEMPLATE_DIR, TERA_PATH=acados.TERA_PATH,
                  CPATH=str(FOLDER))
os.chdir(FOLDER)

from acados.acados_template import AcadosModel, AcadosOcp, AcadosOcpSolver  # noqa: E402
import casadi  # noqa: E402

LAYERS = 20
ocp, model = AcadosOcp(), AcadosModel()
model.name = "pendulum"
model.x, model.u = casadi.SX.sym("x", 2), casadi.SX.sym("u", 2)
model.dyn_ext_fun_type = "generic"
model.dyn_generic_source = "swing_acados.c"
model.dyn_disc_fun = "swing_acados_fun"
model.dyn_disc_fun_jac = "swing_acados_fun_jac"
model.dyn_disc_fun_jac_hess = "swing_acados_fun_jac_hess"
ocp.model = model
ocp.dims.N = LAYERS
ocp.cost.cost_type = ocp.cost.cost_type_e = "LINEAR_LS"
ocp.cost.W, ocp.cost.W_e = np.diag([1.0, 1.0, 0.1, 0.1]), 10 * np.eye(2)
ocp.cost.Vx, ocp.cost.Vu = np.vstack([np.eye(2), np.zeros((2, 2))]), np.vstack([np.zeros((2, 2)), np.eye(2)])
ocp.cost.Vx_e, ocp.cost.yref, ocp.cost.yref_e = np.eye(2), np.zeros(4), np.zeros(2)
ocp.constraints.x0 = np.array([0.5, 0.0])
ocp.constraints.idxbu, ocp.constraints.lbu, ocp.constraints.ubu = np.arange(2), -2 * np.ones(2), 2 * np.ones(2)
ocp.solver_options.integrator_type = "DISCRETE"
ocp.solver_options.tf = 4.0
ocp.solver_options.nlp_solver_type = "SQP"
ocp.solver_options.hessian_approx = "EXACT"
ocp.solver_options.nlp_solver_max_iter = 50
ocp.solver_options.tol = 1e-9
ocp.acados_include_path, ocp.acados_lib_path = str(ROOT / "include"), str(ROOT / "lib")
solver = AcadosOcpSolver(ocp, json_file="ocp.json")
status = solver.solve()
print(json.dumps({"status": status, "iterations": int(np.ravel(solver.get_stats("sqp_iter"))[0]),
                  "x": [solver.get(k, "x").tolist() for k in range(LAYERS + 1)],
                  "u": [solver.get(k, "u").tolist() for k in range(LAYERS)]}))
