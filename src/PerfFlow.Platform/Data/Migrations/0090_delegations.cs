using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Who stands in for whom, and what was done on somebody's behalf; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0090_delegations")]
internal sealed class Delegations : SqlMigration;
