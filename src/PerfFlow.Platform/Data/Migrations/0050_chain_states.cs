using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Where the cases of the rest of the chain stand; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0050_chain_states")]
internal sealed class ChainStates : SqlMigration;
