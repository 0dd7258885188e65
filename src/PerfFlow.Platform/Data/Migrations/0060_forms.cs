using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>A case may ask for several forms in turn; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0060_forms")]
internal sealed class Forms : SqlMigration;
