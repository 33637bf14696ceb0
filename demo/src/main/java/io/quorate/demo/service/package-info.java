/**
 * The shop's participants: {@link io.quorate.demo.service.StockService}, {@link
 * io.quorate.demo.service.PaymentService} and {@link io.quorate.demo.service.ShippingService}, each
 * a process with a database of its own, started by {@link io.quorate.demo.service.ServiceMain}. All
 * they do goes through a {@link io.quorate.demo.service.Counter}, whose barrier makes every effect
 * happen at most once.
 */
@NullMarked
package io.quorate.demo.service;

import org.jspecify.annotations.NullMarked;
