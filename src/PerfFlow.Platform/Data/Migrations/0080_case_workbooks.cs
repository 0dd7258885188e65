using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Workbooks about one case; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0080_case_workbooks")]
internal sealed class CaseWorkbooks : SqlMigration;
