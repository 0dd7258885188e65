using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;

namespace PerfFlow.Platform.Handover;

/// <summary>Who may take a task from somebody: the one rule for 转办, 代理 and 离职交接.</summary>
internal static class Colleagues
{
    /// <summary>Those who hold the role at the body on the day and can sign in.</summary>
    public static IQueryable<User> At(PlatformDb db, string role, long organisationId, DateOnly today) => db.Memberships.AsNoTracking()
        .Where(m => m.OrganisationId == organisationId && m.Role == role && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
        .Join(db.Users.AsNoTracking().Where(u => !u.Disabled && !u.Retired), m => m.UserId, u => u.Id, (m, u) => u);
}
