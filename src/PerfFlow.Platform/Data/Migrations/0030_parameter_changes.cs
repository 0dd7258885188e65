using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Why a setting was changed; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0030_parameter_changes")]
internal sealed class ParameterChanges : SqlMigration;
