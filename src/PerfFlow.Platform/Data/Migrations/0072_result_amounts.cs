using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Money of applied results, counted once; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0072_result_amounts")]
internal sealed class ResultAmountsView : SqlMigration;
