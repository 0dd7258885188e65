using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>The views that say where cases and notices stand; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0005_case_states")]
internal sealed class CaseStates : SqlMigration;
