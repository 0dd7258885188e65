using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Notifications.Data.Migrations;

[DbContext(typeof(NotificationsDb))]
[Migration("0002_sealed_secrets")]
internal sealed class SealedSecrets : SqlMigration;
