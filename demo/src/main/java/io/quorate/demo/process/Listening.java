package io.quorate.demo.process;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** gRPC servers of this machine only. */
public final class Listening {
  private Listening() {}

  /**
   * Starts a server whose calls have a virtual thread each.
   *
   * @param port 0 for any free one; a restarted process takes the port it had, so that nobody has
   *     to look for it
   */
  public static Server onLoopback(
      int port, BindableService service, ServerInterceptor... interceptors) throws IOException {
    NettyServerBuilder server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(service);
    for (ServerInterceptor interceptor : interceptors) {
      server.intercept(interceptor);
    }
    return server.build().start();
  }
}
