using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Notifications.Data.Migrations;

[DbContext(typeof(NotificationsDb))]
[Migration("0001_notifications")]
internal sealed class Initial : SqlMigration;
