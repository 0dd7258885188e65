using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Identity;

/// <summary>Identity's store over the Platform's context. Retired accounts have given their name back and are not found.</summary>
internal sealed class AccountStore(PlatformDb db, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<User, PlatformDb, long>(db, describer)
{
    public override Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken = default) =>
        Users.FirstOrDefaultAsync(u => u.NormalizedUserName == normalizedUserName && !u.Retired, cancellationToken);
}
